/** Where `${NAME}` comes from; undefined if the variable is not set. */
export type Environment = (name: string) => string | undefined;

/** The environment of this process. The only place that reads it. */
export const processEnvironment: Environment = (name) => process.env[name];
