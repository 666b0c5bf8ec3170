// HTML that Python made, as nodes that neither run code nor load anything: it comes from code that the reader may have
// got by a link, and in the page it could reach what the worker cannot.

const FORBIDDEN = "script, iframe, frame, frameset, object, embed, applet, link, meta, base, form, template, portal, fencedframe, set, animate, animateMotion, animateTransform, discard";
const ADDRESSES = new Set(["href", "xlink:href", "src", "data", "poster", "background", "action", "formaction", "cite", "longdesc", "manifest", "profile", "codebase", "classid", "usemap"]);
const LOADING = /\\|@import|image-set|image\(|src\(|url\((?!\s*["']?(?:#|data:image\/))/i; // in a style: also an escape that could hide one
const TEXTS = /^(?:aria-|data-.|title$|alt$)/;

function allowed({ localName }, { name, value }) {
  if (/^on/i.test(name) || ["srcset", "srcdoc", "ping", "imagesrcset"].includes(name)) return false;
  if (!ADDRESSES.has(name)) return TEXTS.test(name) || !LOADING.test(value);
  const address = value.replace(/[\u0000-\u0020]/g, "");
  if (address.startsWith("#")) return true;
  if (name === "href" && ["a", "area"].includes(localName)) return isOwn(address);
  return /^(?:img|image|source|video|audio)$/.test(localName) && /^data:(?:image|audio|video)\//i.test(address);
}

// A link within the site leads where the reader chooses to go, and takes nothing elsewhere.
function isOwn(address) {
  try {
    return new URL(address, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

export function cleaned(html) {
  const { content } = Object.assign(document.createElement("template"), { innerHTML: html }); // inert
  for (const each of content.querySelectorAll(FORBIDDEN)) each.remove();
  for (const each of content.querySelectorAll("style")) if (LOADING.test(each.textContent)) each.remove();
  for (const each of content.querySelectorAll("*")) for (const attribute of [...each.attributes]) if (!allowed(each, attribute)) each.removeAttribute(attribute.name);
  return content;
}
