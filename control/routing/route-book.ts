import type { ImageHead, Images } from '../prefixes/images.ts';
import { compileRoutes } from './compile.ts';
import type { RouteRows } from './route-rows.ts';
import { RouteTable } from './route-table.ts';

/** What the names of the images of this room begin with. */
export const routesFolder = 'routes/';
const routesImage = `${routesFolder}table`;

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
    const latest = await this.images.latest(routesImage);
    return latest === undefined ? undefined : new RouteTable(latest.bytes);
  }
}
