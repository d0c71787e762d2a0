// A virtual tree of a hundred lines: views are plain functions of the state, and patching keeps the DOM nodes
// that are still wanted, so that focus, typed text, scroll position and open menus survive every refresh.

const SVG = "http://www.w3.org/2000/svg";

/** A node: `h("p", {class: "x", onclick: f, key: 1}, "text", [more])`. Children that are null or false are left out. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, key: props?.key, children };
}

const isShown = (child) => child !== null && child !== undefined && child !== false && child !== "";

// By hand: every node passes here at every drawing, and Array.flat(Infinity) is slow.
function flat(children, into) {
  for (const child of children) {
    if (Array.isArray(child)) flat(child, into);
    else if (isShown(child)) into.push(child);
  }
  return into;
}

/** Makes `parent`'s children those of `wanted`, reusing nodes of the same tag and key. */
export function patch(parent, children, namespace) {
  const wanted = flat(children, []);
  const present = [...parent.childNodes];
  const fits = wanted.length === present.length && wanted.every((vnode, index) => isSame(vnode, present[index].vnode));
  const nodes = fits ? present : rearrange(parent, present, wanted, namespace);
  wanted.forEach((vnode, index) => update(nodes[index], vnode));
}

function rearrange(parent, present, wanted, namespace) {
  const spare = new Map();
  for (const node of present) {
    const name = nameOf(node.vnode);
    if (spare.has(name)) spare.get(name).push(node);
    else spare.set(name, [node]);
  }
  const kept = wanted.map((vnode) => spare.get(nameOf(vnode))?.shift());
  for (const leftover of [...spare.values()].flat()) {
    leftover.close?.(); // A dialog gives the focus back only when it is closed.
    leftover.remove();
  }
  let cursor = parent.firstChild;
  return wanted.map((vnode, index) => {
    const node = kept[index] ?? create(vnode, namespace);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
    return node;
  });
}

const isSame = (vnode, before) =>
  before !== undefined && typeof vnode === typeof before && vnode.tag === before.tag && vnode.key === before.key;

function nameOf(vnode) {
  if (vnode === undefined || typeof vnode !== "object") return "#text";
  return `${vnode.tag} ${vnode.key ?? ""}`;
}

function create(vnode, namespace) {
  if (typeof vnode !== "object") return document.createTextNode("");
  const space = vnode.tag === "svg" ? SVG : namespace;
  return space ? document.createElementNS(space, vnode.tag) : document.createElement(vnode.tag);
}

function update(node, vnode) {
  const before = node.vnode;
  node.vnode = vnode;
  if (typeof vnode !== "object") {
    if (node.data !== String(vnode)) node.data = vnode;
    return;
  }
  const old = before?.props ?? {};
  for (const name of Object.keys(old)) if (!(name in vnode.props)) setProp(node, name, null, old[name]);
  for (const name of Object.keys(vnode.props)) {
    if (!LATE.has(name)) setProp(node, name, vnode.props[name], old[name]);
  }
  patch(node, vnode.children, node.namespaceURI === SVG ? SVG : undefined);
  // A select takes its value only once its options are there.
  for (const name of LATE) if (name in vnode.props) setProp(node, name, vnode.props[name], old[name]);
  if (!before) vnode.props.mounted?.(node);
}

const LATE = new Set(["value", "checked"]);

function setProp(node, name, value, before) {
  if (name === "key" || name === "mounted") return;
  if (name === "style") {
    for (const [property, setting] of Object.entries(value ?? {})) node.style.setProperty(property, setting);
  } else if (LATE.has(name)) {
    if (node[name] !== value) node[name] = value ?? "";
  } else if (name.startsWith("on")) {
    node[name] = value && ((event) => void value(event)); // Returning false would undo what the browser does itself.
  } else if (value !== before) {
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
}
