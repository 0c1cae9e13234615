// What the compiler and svelte-check don't see. Format is Prettier's.
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import typescript from "typescript-eslint";
import svelteConfig from "./svelte.config.mjs";

export default typescript.config(
  { ignores: ["src/gen/**", "public/**"] },
  ...typescript.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "max-len": [
        "error",
        { code: 120, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      // Addresses are #/paths of our own router.
      "svelte/no-navigation-without-resolve": "off",
      // Maps that are replaced, or that nothing shown depends on, needn't be reactive.
      "svelte/prefer-svelte-reactivity": "off",
      // Spaces before a tag are written as {" "}.
      "svelte/no-useless-mustaches": "off",
    },
  },
);
