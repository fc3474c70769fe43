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
