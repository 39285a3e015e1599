/** The chart draws on a canvas, which knows no style sheet: it takes its colours from the page's own variables. */

export const inks = [
  "ink",
  "quiet",
  "rule",
  "sun",
  "sun-soft",
  "water",
  "water-soft",
  "grid",
  "held",
  "chosen",
] as const;
export type Ink = (typeof inks)[number];

/** A colour of the page, as it is now: light and dark differ. */
export function inkOf(element: Element, ink: Ink): string {
  return getComputedStyle(element).getPropertyValue(`--${ink}`).trim();
}

/** Distance of the hatching lines, CSS px. */
const HATCH_PX = 6;

/** Diagonal lines: what comes from the grid is told from the rest without its colour. */
export function hatching(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const size = Math.round(HATCH_PX * devicePixelRatio);
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  if (pen === null) return colour;
  pen.strokeStyle = colour;
  pen.lineWidth = devicePixelRatio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
}
