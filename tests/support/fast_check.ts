/**
 * fast-check as every test imports it: the largest size that a test names is the size it gets. Without this
 * setting an array of `{ maxLength: 60 }` never has more than ten elements.
 *
 * @module
 */

import fc from "npm:fast-check@4.3.0";

fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });

export * from "npm:fast-check@4.3.0";
export default fc;
