import type { Images } from '../prefixes/images.ts';
import type { ImageHead } from '../prefixes/images.ts';
import { compileRoutes } from './compile.ts';
import type { RouteRows } from './route-rows.ts';
import { RouteTable } from './route-table.ts';

/** The image of the imported routes. */
export const routesImage = 'routes/table';

/** The imported routes as the store keeps them. */
export class RouteBook {
  private readonly images: Images;

  constructor(images: Images) {
    this.images = images;
  }

  /** Which version there is; undefined: none has been imported. */
  get head(): ImageHead | undefined {
    return this.images.head(routesImage);
  }

  /** Puts a table in place of the one before; resolves once that is on disk. */
  replace(rows: RouteRows): Promise<ImageHead> {
    return this.images.write(routesImage, compileRoutes(rows));
  }

  /** Resolves to whether there was one. */
  clear(): Promise<boolean> {
    return this.images.remove(routesImage);
  }

  /** Undefined: none has been imported. */
  async read(): Promise<RouteTable | undefined> {
    const { head } = this;
    const bytes = head === undefined ? undefined : await this.images.read(routesImage, head);
    return bytes === undefined ? undefined : new RouteTable(bytes);
  }
}
