import type { ConsoleDeps } from './deps.ts';
import type { Page } from './page.ts';
import { healthPage } from './pages/health.ts';

/** The table of pages, in the order of the navigation. Each is a file of `pages/`. */
export const pages = (deps: ConsoleDeps): readonly Page[] => [healthPage(deps)];
