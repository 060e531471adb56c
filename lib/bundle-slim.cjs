/**
 * esbuild with a plugin, in a process of its own: synth is synchronous, and esbuild's `buildSync` takes no plugins. Options come as JSON on
 * stdin (`lib/bundle.ts`), and esbuild's metafile goes out on stdout. Plain JavaScript, so that it starts at once.
 */
const { readFileSync } = require('node:fs');
const { dirname, resolve } = require('node:path');
const { build } = require('esbuild');

/** Of a path in `node_modules`, what is below the innermost one, without its suffix. */
const moduleOf = (path) =>
  path.slice(path.lastIndexOf('/node_modules/') + '/node_modules/'.length).replace(/\.js$/, '');

/** Puts another file in the place of each of these modules, wherever one of their neighbours imports it. */
const standingIn = (modules) => ({
  name: 'standing-in',
  setup: ({ onResolve }) => {
    const lastNames = Object.keys(modules).map((name) => name.slice(name.lastIndexOf('/') + 1));
    onResolve({ filter: new RegExp(`^\\..*/(${lastNames.join('|')})(\\.js)?$`) }, ({ path, importer }) => {
      const file = modules[moduleOf(resolve(dirname(importer), path))];
      return file === undefined ? undefined : { path: file };
    });
  },
});

const CLASS =
  /export class (\w+) extends __BaseException \{\n {4}static shapeId = "[^"]+";\n {4}name = "\1";\n {4}\$fault = "(\w+)";\n(?: {4}\w+;\n)* {4}constructor\(opts\) \{\n {8}super\(\{[^}]+\}\);\n {8}Object\.setPrototypeOf\(this, \1\.prototype\);\n(?: {8}this\.(\w+) = opts\.\3;\n)* {4}\}\n\}\n/g;

/**
 * Most of a client's errors are classes that differ by their names alone: what else a service says of a fault is put on the error after it
 * was made. So one function makes these; whatever is of another shape stays as it is.
 */
const errorsOf = (path) => {
  const errors = readFileSync(path, 'utf8').replace(
    CLASS,
    (_, name, fault) => `export const ${name} = /* @__PURE__ */ errorNamed("${name}", "${fault}");\n`,
  );
  return `${errors}
    function errorNamed(name, $fault) {
      return class extends __BaseException {
        constructor(options) {
          super({ name, $fault, ...options });
        }
      };
    }`;
};

/**
 * A client's shapes name their traits by constants: `{ [_hE]: 400 }`. A key that is computed might have side effects, for all that esbuild
 * knows, and so every shape would stay that has one. With the constants' values in their places, those that nobody uses can go.
 */
const shapesOf = (path) => {
  const shapes = readFileSync(path, 'utf8');
  const values = new Map([...shapes.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]));
  return shapes.replace(/\[(_\w+)\]:/g, (key, name) => (values.has(name) ? `${values.get(name)}:` : key));
};

/** Of what the clients import, modules that are longer than they need to be. */
const shortened = {
  name: 'shortened',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/dist-es\/models\/errors\.js$/ }, ({ path }) => ({
      contents: errorsOf(path),
    }));
    onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, ({ path }) => ({
      contents: shapesOf(path),
    }));
    // Its version is all that they read of it.
    onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

const { modules, ...options } = JSON.parse(readFileSync(0, 'utf8'));
build({ ...options, plugins: [standingIn(modules), shortened] }).then(
  ({ metafile }) => process.stdout.write(JSON.stringify(metafile)),
  () => process.exit(1), // esbuild has said why, on stderr.
);
