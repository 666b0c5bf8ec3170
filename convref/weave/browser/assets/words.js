// The words of the editor, in both languages.

const EN = {
  open: "Edit and run",
  title: (number) => `Editor ${number}`,
  code: (number) => `Python code of block ${number}`,
  run: "Run",
  stop: "Stop",
  reset: "Reset",
  close: "Close",
  loading: (percent) => `Loading Python … ${percent} %`,
  starting: "Starting Python …",
  running: "Running …",
  done: "Done.",
  stopped: "Stopped.",
  keys: "Ctrl+Enter runs the code.",
  late: (seconds) => `Stopped: it did not end within ${seconds} seconds.`,
  failed: (why) => `Could not be loaded: ${why}`,
  line: (number) => `Line ${number}: `,
  earlier: "In an earlier block: ",
  result: (number) => `Result of block ${number}`,
};

const ZH = {
  open: "编辑并运行",
  title: (number) => `编辑器 ${number}`,
  code: (number) => `第 ${number} 段 Python 代码`,
  run: "运行",
  stop: "停止",
  reset: "还原",
  close: "关闭",
  loading: (percent) => `正在加载 Python…… ${percent}%`,
  starting: "正在启动 Python……",
  running: "正在运行……",
  done: "完成。",
  stopped: "已停止。",
  keys: "按 Ctrl+Enter 运行。",
  late: (seconds) => `已停止：${seconds} 秒内没有运行完。`,
  failed: (why) => `无法加载：${why}`,
  line: (number) => `第 ${number} 行：`,
  earlier: "前面的代码出错：",
  result: (number) => `第 ${number} 段代码的结果`,
};

export const words = document.documentElement.lang.startsWith("zh") ? ZH : EN;
