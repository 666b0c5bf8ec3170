/* Figures of several frames (.convref-steps): plays them, and steps by buttons, slider and arrow keys.
   A figure plays once when it comes into view, one figure at a time, unless the reader prefers reduced motion
   or has touched it.
   Without this script all frames are shown side by side; site.css stacks them as soon as scripts can run. */

const WORDS = {
  en: { play: "Play", pause: "Pause", previous: "Previous frame", next: "Next frame", frame: "Frame" },
  zh: { play: "播放", pause: "暂停", previous: "上一帧", next: "下一帧", frame: "帧" },
};
const ICONS = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  previous: "M6 6h2v12H6zM18 6v12l-8.5-6z",
  next: "M16 6h2v12h-2zM6 6v12l8.5-6z",
};
const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const waiting = new Set(); // figures in view that have not played yet
let playing = null;

function playNext() {
  const next = [...waiting].find((each) => each.fresh);
  if (!playing && next) next.play();
}

class Steps {
  constructor(figure) {
    this.figure = figure;
    this.words = WORDS[figure.lang] ?? WORDS.en;
    this.frames = [...figure.querySelectorAll(":scope > .convref-steps__frame")];
    this.at = 0;
    this.timer = 0;
    this.fresh = true; // until it has played or the reader has touched it
    this.build();
    this.show(0);
    figure.dataset.ready = "";
    figure.addEventListener("keydown", (event) => this.key(event));
    new IntersectionObserver((entries) => this.seen(entries.at(-1)), { threshold: [0, 0.75] }).observe(figure);
  }

  build() {
    const controls = document.createElement("div");
    controls.className = "convref-steps__controls";
    this.previous = this.button("previous", () => this.step(-1));
    this.toggle = this.button("play", () => (this.timer ? this.pause() : this.play()));
    this.next = this.button("next", () => this.step(1));
    this.slider = document.createElement("input");
    Object.assign(this.slider, { type: "range", min: 1, max: this.frames.length, step: 1 });
    this.slider.setAttribute("aria-label", this.words.frame);
    this.slider.addEventListener("input", () => this.touch(() => this.show(this.slider.value - 1)));
    this.count = document.createElement("span");
    this.count.className = "convref-steps__count";
    this.count.setAttribute("aria-hidden", "true"); // the slider says it
    controls.append(this.previous, this.toggle, this.next, this.slider, this.count);
    this.live = document.createElement("p");
    this.live.className = "convref-steps__live";
    this.live.setAttribute("aria-live", "polite");
    this.figure.append(controls, this.live);
  }

  button(name, action) {
    const button = document.createElement("button");
    button.type = "button";
    this.label(button, name);
    button.addEventListener("click", () => this.touch(action));
    return button;
  }

  label(button, name) {
    button.setAttribute("aria-label", this.words[name]);
    button.title = this.words[name];
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  }

  touch(action) {
    this.fresh = false;
    action();
    if (!this.timer) this.live.textContent = this.caption(); // read out what the reader asked for, not a film
  }

  caption() {
    return this.frames[this.at].querySelector("p").textContent;
  }

  show(at) {
    this.at = at;
    this.frames.forEach((frame, index) => frame.toggleAttribute("data-shown", index === at));
    this.previous.disabled = at === 0 && !this.timer;
    this.next.disabled = at === this.frames.length - 1 && !this.timer;
    this.slider.value = at + 1;
    this.slider.setAttribute("aria-valuetext", `${at + 1} / ${this.frames.length}: ${this.caption()}`);
    this.count.textContent = `${at + 1} / ${this.frames.length}`;
  }

  step(by) {
    this.pause();
    this.show(Math.min(Math.max(this.at + by, 0), this.frames.length - 1));
  }

  play() {
    this.fresh = false;
    if (playing) playing.pause();
    playing = this;
    const last = this.frames.length - 1;
    if (this.at === last) this.show(0);
    this.label(this.toggle, "pause");
    this.timer = setInterval(() => {
      this.show(this.at + 1);
      if (this.at === last) {
        this.pause();
        playNext();
      }
    }, Number(this.figure.dataset.pace));
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    if (playing === this) playing = null;
    this.label(this.toggle, "play");
    this.show(this.at);
  }

  key(event) {
    const to = {
      ArrowLeft: this.at - 1,
      ArrowRight: this.at + 1,
      Home: 0,
      End: this.frames.length - 1,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.touch(() => this.step(to - this.at));
  }

  seen(entry) {
    if (!entry.isIntersecting) {
      waiting.delete(this);
      if (this.timer) this.pause();
    } else if (entry.intersectionRatio >= 0.75 && this.fresh && !reduced.matches) {
      waiting.add(this);
    }
    playNext();
  }
}

for (const figure of document.querySelectorAll(".convref-steps")) new Steps(figure);
