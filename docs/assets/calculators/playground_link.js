// The address of the playground with code and fields in it, behind "#", which browsers do not send to the server.

const PAGE = new URL(`../../${document.documentElement.lang.startsWith("zh") ? "zh/" : ""}playground/`, import.meta.url);

// Code as part of an address, and back; null if the part is not code.
export const packed = (code) => btoa(String.fromCharCode(...new TextEncoder().encode(code))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

export function unpacked(part) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0)));
  } catch {
    return null;
  }
}

// The address that opens the playground with a registered network at its input shape, with all numbers that its function
// takes as arguments, for the reader to change.
export function networkLink({ name, input, numbers }, fields) {
  const given = Object.entries(numbers).map(([argument, value]) => `, ${argument}=${value}`);
  const url = new URL(PAGE);
  url.hash = new URLSearchParams({ code: packed(`architectures.build("${name}"${given.join("")})\n`), shape: input.join(", "), ...fields });
  return url.href;
}
