import { fileURLToPath } from 'node:url';

/**
 * The program of a thread, `name` without its ending, beside the module whose `import.meta.url` is `beside`. In a build
 * both are JavaScript. In a checkout they are TypeScript, which a thread reads only after it has registered tsx itself:
 * it does not inherit that from the thread that starts it.
 */
export function threadProgram(name: string, beside: string): URL {
  if (!beside.endsWith('.ts')) return new URL(`${name}.js`, beside);
  const source = new URL(`${name}.ts`, beside).href;
  const tsx = import.meta.resolve('tsx/esm/api');
  const start = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(source)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(start)}`);
}

/** As `threadProgram`, for a process of its own: what `fork` of node:child_process is given. */
export function childProgram(
  name: string,
  beside: string,
): { readonly file: string; readonly execArgv: readonly string[] } {
  const inBuild = !beside.endsWith('.ts');
  const file = fileURLToPath(new URL(`${name}.${inBuild ? 'js' : 'ts'}`, beside));
  return { file, execArgv: inBuild ? [] : ['--import', import.meta.resolve('tsx')] };
}
