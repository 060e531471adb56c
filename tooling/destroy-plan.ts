const USAGE = 'npm run destroy -- [--drop-data] [--force] [-c NAME=VALUE …], with the context of the last deployment';

/** What to run, one after the other, and what to ask before. */
export interface DestroyPlan {
  /** Arguments of `cdk`. */
  readonly commands: readonly (readonly string[])[];
  /** Has to be typed, or nothing is done. */
  readonly confirmation?: string;
}

/**
 * CloudFormation keeps or deletes a table by the template of the last deployment. So data are dropped by one more deployment, which
 * says so and turns the table's protection off; only then is the stack destroyed.
 *
 * @throws with what is wrong in the arguments.
 */
export function planDestroy(given: readonly string[]): DestroyPlan {
  const drops = given.includes('--drop-data');
  const forced = given.includes('--force');
  const rest = given.filter((argument) => argument !== '--drop-data' && argument !== '--force');
  if (rest.some((argument) => /^(--context=|-c)?data=/.test(argument))) {
    throw new Error(`data= is for npm run deploy. Here: ${USAGE}`);
  }
  if (!drops) return { commands: [['destroy', ...rest, ...(forced ? ['--force'] : [])]] };
  return {
    commands: [
      ['deploy', ...rest, '-c', 'data=drop', '--require-approval', 'never'],
      ['destroy', ...rest, '-c', 'data=drop', '--force'],
    ],
    ...(!forced && { confirmation: 'drop all accounts and messages' }),
  };
}
