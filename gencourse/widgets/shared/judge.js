// Whether an answer to a quiz is right, and what the reader is told. course/quizzes.py judges alike, for the terminal.

/**
 * @typedef {object} Quiz
 * @property {"one" | "several" | "number" | "order" | "matching"} kind
 * @property {string} question
 * @property {{ text: string, reply: string, right?: boolean }[]} choices
 * @property {number} answer
 * @property {number} tolerance
 * @property {string} [unit]
 * @property {{ answer: number, reply: string }[]} [mistakes]
 * @property {string[]} items in the right order
 * @property {{ left: string, right: string, reply: string }[]} pairs
 * @property {string} right the reply to the right answer, but of choices
 * @property {string} wrong the reply to any other
 */

/**
 * @param {Quiz} spec
 * @param {any} said
 * @returns {{ right: boolean, replies: string[] }}
 */
export function judge(spec, said) {
  if (spec.kind === "one") {
    const { right = false, reply } = spec.choices[said];
    return { right, replies: [reply] };
  }
  const wrong = WRONG[spec.kind](spec, said);
  return { right: wrong === null, replies: wrong ?? [spec.right] };
}

/** What to reply if the answer is wrong; null if it is right. @type {Record<string, (spec: Quiz, said: any) => string[] | null>} */
const WRONG = {
  several: ({ choices }, /** @type {number[]} */ said) => {
    const off = choices.filter(({ right = false }, k) => right !== said.includes(k));
    return off.length ? off.map(({ text, reply }) => `“${text}” ${reply}`) : null;
  },
  number: ({ answer, tolerance, mistakes = [], wrong }, /** @type {number} */ said) => {
    const near = (/** @type {number} */ value) => Math.abs(said - value) <= tolerance;
    if (near(answer)) return null;
    return [mistakes.find((mistake) => near(mistake.answer))?.reply ?? wrong];
  },
  order: ({ items, wrong }, /** @type {number[]} */ said) => {
    const k = said.findIndex((item, i) => i > 0 && item < said[i - 1]);
    return k < 0 ? null : [`“${items[said[k]]}” comes before “${items[said[k - 1]]}”. ${wrong}`];
  },
  matching: ({ pairs }, /** @type {number[]} */ said) => {
    const off = pairs.filter((_, i) => said[i] !== i);
    return off.length ? off.map(({ left, reply }) => `“${left}” ${reply}`) : null;
  },
};
