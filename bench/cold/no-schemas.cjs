/** Stands in for valibot: whatever is asked of it is a function, and whatever that makes is nothing. As a prototype, since esbuild copies only what is listed. */
module.exports = Object.create(new Proxy({}, { get: () => () => ({}) }));
