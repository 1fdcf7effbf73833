// Knobs on an SVG, to be dragged by a mouse or a finger.

/** @typedef {{ element: SVGElement, at: () => [number, number], follow: (to: [number, number]) => void }} Knob */

// The pixels about a knob's middle within which a hand takes hold of it: a finger hides what it means to touch.
const REACH = { mouse: 12, touch: 24 };

/**
 * The knob nearest to a place, if one is within reach; of two at one place, the later.
 *
 * @template {{ at: () => [number, number] }} K
 * @param {K[]} knobs
 * @param {[number, number]} place
 * @param {number} reach
 */
export function nearestKnob(knobs, [x, y], reach) {
  /** @type {K | null} */
  let nearest = null;
  let least = reach;
  for (const knob of knobs) {
    const [u, v] = knob.at();
    const distance = Math.hypot(u - x, v - y);
    if (distance <= least) [nearest, least] = [knob, distance];
  }
  return nearest;
}

/**
 * Lets a hand drag knobs; they are told where it is, in the SVG's own units. The returned function adds a knob.
 *
 * @param {SVGSVGElement} svg
 */
export function holdKnobs(svg) {
  /** @type {Knob[]} */
  const knobs = [];
  /** @type {Knob | null} */
  let held = null;
  const placeOf = (/** @type {{ clientX: number, clientY: number }} */ { clientX, clientY }) => {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM()?.inverse());
    return /** @type {[number, number]} */ ([x, y]);
  };
  // A finger on a knob does not scroll the page; one beside it does. `touch-action` has no effect within an SVG.
  const keepThePage = (/** @type {TouchEvent} */ event) => {
    if (nearestKnob(knobs, placeOf(event.touches[0]), REACH.touch)) event.preventDefault();
  };
  svg.addEventListener("touchstart", keepThePage, { passive: false });
  svg.addEventListener("pointerdown", (event) => {
    if (event.button || !event.isPrimary) return;
    held = nearestKnob(knobs, placeOf(event), event.pointerType === "mouse" ? REACH.mouse : REACH.touch);
    if (!held) return;
    svg.setPointerCapture(event.pointerId);
    svg.style.cursor = "grabbing";
    held.element.focus();
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (held && svg.hasPointerCapture(event.pointerId)) held.follow(placeOf(event));
  });
  svg.addEventListener("lostpointercapture", () => {
    held = null;
    svg.style.cursor = "";
  });
  return (/** @type {Knob} */ knob) => void knobs.push(knob);
}
