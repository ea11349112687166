import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../api/api';
import { Myself } from '../../api/models';
import { myself, signIn, signOut } from '../../api/functions';

/** Who is using this browser, and what they may do. */
@Injectable({ providedIn: 'root' })
export class Session {
  private readonly api = inject(Api);
  private readonly found = signal<Myself | null>(null);

  /** Null: nobody is signed in. */
  readonly user = this.found.asReadonly();
  readonly scopes = computed(() => new Set<string>(this.found()?.scopes ?? []));
  /** Sent with everything that changes something. */
  readonly csrf = computed(() => this.found()?.csrf ?? null);

  constructor() {
    // An empty root would fall back to the document's, which is no address.
    this.api.rootUrl = location.origin;
  }

  /** Asks the server who this is. */
  async look(): Promise<void> {
    this.found.set(await this.api.invoke(myself).catch(() => null));
  }

  /** Throws what the server says where name or password is wrong. */
  async signIn(name: string, password: string): Promise<void> {
    this.found.set(await this.api.invoke(signIn, { body: { name, password } }));
  }

  async signOut(): Promise<void> {
    await this.api.invoke(signOut).catch(() => undefined);
    this.found.set(null);
  }

  /** Somebody signs in in another window: when this one is looked at again, the server is asked who that is. */
  renewed(): void {
    window.addEventListener('focus', () => void this.look(), { once: true });
  }

  /** The server knows this session no more. */
  ended(): void {
    this.found.set(null);
  }

  may(scope: string): boolean {
    return this.scopes().has(scope);
  }
}
