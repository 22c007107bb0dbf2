/**
 * Loaded before the tests of a mutant: a property that fails need not look for its smallest example, which can take
 * minutes.
 *
 * @module
 */

import fc from "fast-check";

fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
