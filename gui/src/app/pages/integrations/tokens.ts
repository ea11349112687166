import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { addToken, listTokens, revokeToken } from '../../../api/functions';
import { NewToken, ShownToken } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { Listing, paged } from '../../ui/listing';
import { load } from '../../ui/load';
import { WORDS } from './words';

/** The keys of other systems: what each may do, until when; the secret is shown once. */
@Component({
  selector: 'pb-tokens',
  imports: [Copied, Listing],
  templateUrl: './tokens.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Tokens {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly scopes: NewToken['scopes'] = ['check', 'feed', 'ingest', 'read', 'edit', 'publish', 'admin'];
  protected readonly tokens = load(() => this.api.invoke(listTokens));
  protected readonly page = paged(this.tokens);
  protected readonly made = signal<ShownToken | null>(null);

  /** Why a token holds no more; null as long as it does. */
  protected ended(token: ShownToken): string | null {
    if (token.revoked) return this.own().revoked;
    return token.expires && Date.parse(token.expires) < Date.now() ? this.own().expired : null;
  }

  protected example(token: ShownToken): string {
    const key = `curl -H "Authorization: Bearer ${token.token}" ${location.origin}`;
    return token.scopes.includes('ingest')
      ? `${key}/v1/events -T events.ndjson -X POST`
      : token.scopes.includes('check')
        ? `${key}/v1/check -d u@example.com`
        : `${key}/v1/session`;
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    const days = Number(given.get('days')) || null;
    const scopes = given.getAll('scope') as NewToken['scopes'];
    await this.toasting.attempt(async () => {
      this.made.set(
        await this.api.invoke(addToken, { body: { name: String(given.get('name')).trim(), scopes, days } }),
      );
      form.reset();
      this.tokens.reload();
    });
  }

  protected async revoke(token: ShownToken): Promise<void> {
    if (await this.toasting.attempt(() => this.api.invoke(revokeToken, { identity: token.id }))) {
      this.toasting.show(this.own().wasRevoked(token.name));
      this.tokens.reload();
    }
  }
}
