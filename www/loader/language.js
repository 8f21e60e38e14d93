// Which language a shopper reads, out of whatever the page and the browser have written.

/** A tag as `Intl` takes it: with hyphens, and cut until it does; none if not even its language is one. */
function readTag(tag, complain) {
  for (const parts = tag.split(/[^a-z\d]+/i); parts.length; parts.pop()) {
    try {
      const read = parts.join("-");
      new Intl.Locale(read);
      if (read !== tag) complain(tag);
      return read;
    } catch {}
  }
  complain(tag);
}

/** The attribute, else the nearest `lang` as the page means it, through shadow roots; else the browser's language. */
export function language(element, complain = () => {}) {
  const tags = [element.locale];
  // By methods of our own element: fields of a form around it may hide the form's properties.
  for (let node = element; node; node = node.getRootNode().host) {
    for (let near = node.closest("[lang]"); near; near = near.parentElement?.closest("[lang]")) tags.push(near.getAttribute("lang"));
  }
  for (const tag of [...tags, navigator.language, "en"]) {
    const read = tag?.trim() && readTag(tag.trim(), complain);
    if (read) return read;
  }
}
