/**
 * The characters that would act on a terminal instead of being shown. The same set stands in
 * `chat/characters.ts`, because neither folder may import the other; a test keeps them the same.
 *
 * @module
 */

/** For a character class: C0, DEL, C1, and the line and paragraph separators. */
export const CONTROLS: string = String.raw`\x00-\x1f\x7f-\x9f\u2028\u2029`;

/** For a character class: bidi embeddings, overrides, isolates and their ends. */
export const BIDI_CONTROLS: string = String.raw`\u202a-\u202e\u2066-\u2069`;
