// torch's numbers, as test_javascript.py wrote them down.

import { readFileSync } from "node:fs";

/** @import { Program } from "../../gencourse/widgets/shared/decoder.js" */
/** @typedef {{ program: Program, weights: string, z: number[][], images: number[][] }} Decoder */
/**
 * @typedef {object} Derivation
 * @property {[number, number]} x
 * @property {number} mean
 * @property {number} spread
 * @property {number} sigma
 * @property {number} z
 * @property {{ averaged: boolean, keys: string[], values: number[] }[]} lines the keys with their signs
 * @property {{ elbo: number, gap: number, logP: number }} bound
 */

/** @returns {{ decoders: Record<string, Decoder>, derivation: Derivation }} */
export const readNumbers = () => JSON.parse(readFileSync(new URL("numbers.json", import.meta.url), "utf8"));

/** @param {string} base64 */
export function viewOf(base64) {
  const { buffer, byteOffset, byteLength } = Buffer.from(base64, "base64");
  return new DataView(buffer, byteOffset, byteLength);
}
