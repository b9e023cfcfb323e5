// The widget of the explorer's chart: plotly.js draws what Python says.
let library;

function loaded(text) {
  library ??= new Promise((done) => {
    const script = document.createElement("script");
    script.textContent = `{ const define = undefined, module = undefined, exports = undefined;\n${text}\n}`;
    document.head.append(script);
    script.remove();
    done(window.Plotly);
  });
  return library;
}

async function render({ model, el }) {
  const box = document.createElement("div");
  box.style.width = "100%";
  box.setAttribute("role", "img");
  el.append(box);
  const Plotly = await loaded(model.get("library"));
  let waiting = false;
  const draw = () => {
    waiting = false;
    box.setAttribute("aria-label", model.get("alt"));
    Plotly.react(box, model.get("traces"), model.get("layout_"), model.get("config"));
  };
  model.on("change:traces", () => {
    if (!waiting) {
      waiting = true;
      queueMicrotask(draw);
    }
  });
  draw();
  return () => Plotly.purge(box);
}

export default { render };
