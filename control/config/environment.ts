/** Where `${NAME}` comes from; undefined if the variable is not set. */
export type Environment = (name: string) => string | undefined;

/** The environment of this process. The only place that reads it. */
export const processEnvironment: Environment = (name) => process.env[name];

/** The environment of this process with more in it, for a process that it starts. */
export const environmentWith = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...more,
});

/**
 * Takes the environment as it is now once and for all. Node asks the C library at each look otherwise, and drachtio-srf
 * looks at every header that it reads.
 */
export function takeEnvironment(): void {
  process.env = { ...process.env };
}
