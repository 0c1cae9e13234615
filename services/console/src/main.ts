import { mount } from "svelte";
import App from "./App.svelte";
import { language, setLanguage } from "./lib/i18n.svelte";
import { watchScrollable } from "./lib/scrollable";
import "./style.css";

setLanguage(language());
const root = document.getElementById("app")!;
mount(App, { target: root });
watchScrollable(root);

// The page itself opens without a network too; what it asks for doesn't.
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js");
