// Drawings, loaded when a view first needs one: what all kinds share. Each kind is a file of its own, so that a view
// loads no other.
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([SVGRenderer]);

export type EChartsOption = EChartsCoreOption;

export function draw(box: HTMLElement, onclick?: (data: unknown) => void) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chart = init(box, undefined, { renderer: "svg" });
  const style = () => getComputedStyle(document.documentElement);
  let last: EChartsOption = {};
  const set = (option: EChartsOption) => {
    last = option;
    chart.setOption(
      {
        animation: false,
        color: dark.matches
          ? ["#7fd1c0", "#f0bd75", "#8fd0e4", "#d6a8e8", "#a9d18e", "#ff9d9d"]
          : ["#0b5d53", "#b3640a", "#0a5a6e", "#7a3b91", "#4d7c2a", "#a31621"],
        textStyle: { color: style().getPropertyValue("--text"), fontFamily: "inherit" },
        ...option,
      },
      true,
    );
  };
  chart.on("click", (event) => onclick?.(event.data));
  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(box);
  const redraw = () => set(last);
  dark.addEventListener("change", redraw);
  return {
    set,
    end: () => {
      resized.disconnect();
      dark.removeEventListener("change", redraw);
      chart.dispose();
    },
  };
}
