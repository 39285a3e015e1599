import type { Page } from "playwright-core";
import { contrastOf } from "./contrast.ts";

/** Success criterion 1.4.3 of WCAG 2.2, level AA, for text of ordinary size. */
const LEAST_CONTRAST = 4.5;
/** Success criterion 2.5.8 of WCAG 2.2, level AA, in CSS px. */
const LEAST_TARGET_PX = 24;

interface SeenText {
  readonly text: string;
  readonly colour: string;
  readonly ground: string;
}

/**
 * What a machine can find wrong with a page for those who do not see it, do not see it well, or use no mouse: controls
 * without a name, groups without a legend, ids twice, headings out of order, small targets, boxes too small for
 * what is in them, faint text. Empty when all is
 * well.
 */
export async function faultsOfPage(page: Page): Promise<readonly string[]> {
  const { faults, texts } = await page.evaluate(lookAround, LEAST_TARGET_PX);
  const faint = texts
    .filter(({ colour, ground }) => contrastOf(colour, ground) < LEAST_CONTRAST)
    .map(({ text, colour, ground }) => `"${text}" is ${colour} on ${ground}`);
  return [...faults, ...new Set(faint)];
}

/** Runs in the page. */
function lookAround(leastTargetPx: number): { readonly faults: string[]; readonly texts: SeenText[] } {
  const faults: string[] = [];
  const isSeen = (element: Element): boolean => element.checkVisibility() && element.getClientRects().length > 0;
  const nameOf = (element: Element): string => {
    const labelled = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter((id) => id !== "");
    const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
    return [
      element.getAttribute("aria-label"),
      ...labelled.map((id) => document.getElementById(id)?.textContent),
      ...Array.from(labels ?? [], (label) => label.textContent),
      element.matches("a, button, summary") ? element.textContent : "",
      element.getAttribute("alt"),
    ]
      .join("")
      .trim();
  };
  const tell = (element: Element, what: string) => faults.push(`${element.outerHTML.slice(0, 120)}: ${what}`);

  for (const element of document.querySelectorAll("a, button, summary, input, select, textarea, progress")) {
    if (!isSeen(element)) continue;
    if (nameOf(element) === "" && element.closest("label") === null) tell(element, "no name");
    const target = element.closest("label.radio") ?? element;
    const { height, width } = target.getBoundingClientRect();
    const isInText = element.matches("p a, li a, dd a, h3 a");
    const isAside = element.closest(".skip, .unseen") !== null || element.matches("progress");
    if (!isInText && !isAside && Math.min(height, width) < leastTargetPx) tell(element, `${width} x ${height} px`);
  }
  for (const box of document.querySelectorAll("label, li, a, button, td, th, dd, .card, .notice, .figure")) {
    const isInline = getComputedStyle(box).display.startsWith("inline");
    const isOver = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    if (isSeen(box) && !isInline && isOver && box.closest(".unseen") === null) tell(box, "its content spills over");
  }
  for (const fieldset of document.querySelectorAll("fieldset")) {
    if (fieldset.querySelector(":scope > legend") === null) tell(fieldset, "no legend");
  }
  for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    const ids = `${element.getAttribute("aria-labelledby") ?? ""} ${element.getAttribute("aria-describedby") ?? ""}`;
    for (const id of ids.split(/\s+/)) {
      if (id !== "" && document.getElementById(id) === null) tell(element, `${id} is not there`);
    }
  }
  const ids = Array.from(document.querySelectorAll("[id]"), ({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push(`the id ${id} is there twice`);
  let before = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    if (!isSeen(heading)) continue;
    const level = Number(heading.tagName.slice(1));
    if (level > before + 1) tell(heading, `follows h${before}`);
    before = level;
  }

  const groundOf = (element: Element): string => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (!/^rgba\(.*, 0\)$|transparent/.test(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };
  const texts: SeenText[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    // Disabled controls and texts that are only heard need no contrast.
    if (parent === null || text === "" || !isSeen(parent) || parent.closest(":disabled, .unseen, .skip") !== null)
      continue;
    texts.push({ text, colour: getComputedStyle(parent).color, ground: groundOf(parent) });
  }
  return { faults, texts };
}
