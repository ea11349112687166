import { DOCUMENT, DestroyRef, Injectable, inject } from '@angular/core';

type Handler = (event: KeyboardEvent) => void;

/** Keys that work everywhere but while somebody is writing. */
@Injectable({ providedIn: 'root' })
export class Keys {
  private readonly handlers = new Map<string, Handler>();

  constructor() {
    inject(DOCUMENT).addEventListener('keydown', (event) => {
      const name = `${event.ctrlKey || event.metaKey ? 'ctrl+' : ''}${event.key.toLowerCase()}`;
      const target = event.target as HTMLElement;
      const writing = target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
      if (writing && !name.startsWith('ctrl+')) {
        return;
      }
      const handler = this.handlers.get(name);
      if (handler) {
        event.preventDefault();
        handler(event);
      }
    });
  }

  /** `/`, `?`, `ctrl+k` ...; taken back with the component that asked for it. */
  on(name: string, handler: Handler, destroyed: DestroyRef): void {
    this.handlers.set(name, handler);
    destroyed.onDestroy(() => this.handlers.delete(name));
  }
}
