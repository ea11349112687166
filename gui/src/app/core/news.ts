import { DestroyRef, Injectable, inject, signal } from '@angular/core';

interface Told {
  newest_input: string | null;
  decision: number;
}

/** Follows how far the store is (`GET /v1/news`), as long as somebody looks; the browser connects again by itself. */
@Injectable()
export class News {
  /** Changes with new input or a new decision; null before the first answer. */
  readonly told = signal<Told | null>(null);
  readonly isLive = signal(false);

  constructor() {
    const source = new EventSource('/v1/news');
    source.addEventListener('news', (event) => {
      this.isLive.set(true);
      this.told.set(JSON.parse((event as MessageEvent<string>).data) as Told);
    });
    source.onerror = () => this.isLive.set(false);
    source.onopen = () => this.isLive.set(true);
    inject(DestroyRef).onDestroy(() => source.close());
  }
}
