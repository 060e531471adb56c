/** Stands in for valibot: whatever is asked of it is a function, and whatever that makes is nothing. */
module.exports = new Proxy({}, { get: () => () => ({}) });
