/** @type {import('jest').Config} */
// The SDK's advice on Node versions is for whoever chooses one; it would stand above every test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '\\.ts$': '<rootDir>/test/tooling/esbuild-transform.cjs' },
  globalSetup: '<rootDir>/test/tooling/global-setup.ts',
  globalTeardown: '<rootDir>/test/tooling/global-teardown.ts',
  // Engines, gateways and child processes are real: starting one on a busy machine may take seconds.
  testTimeout: 30_000,
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.rollcall'],
};
