import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { addSecret, addSource, listProviders, listSources, removeSource } from '../../../api/functions';
import { ShownProvider, ShownSource } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { Listing } from '../../ui/listing';
import { load } from '../../ui/load';
import { removing } from '../../ui/removing';
import { State } from '../../ui/state';
import { WORDS } from './words';

/** Providers that send webhooks: set up in three steps, each with its last event. */
@Component({
  selector: 'pb-sources',
  imports: [Copied, Listing, RouterLink, State],
  templateUrl: './sources.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Sources {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly providers = load(() => this.api.invoke(listProviders));
  protected readonly sources = load(() => this.api.invoke(listSources));
  private readonly removing = removing(this.sources);
  protected readonly page = this.removing.list;
  protected readonly chosen = signal<string | null>(null);
  protected readonly provider = computed(() => {
    const known = this.providers.value() ?? [];
    return known.find((each) => each.provider === this.chosen()) ?? known[0] ?? null;
  });
  /** Whose steps are shown; a secret only right after it was made. */
  protected readonly opened = signal<ShownSource | null>(null);
  /** Who is to get a new secret that only the provider can make. */
  protected readonly renewing = signal<ShownSource | null>(null);

  protected optionsOf(provider: ShownProvider): { name: string; text: string; hint: string }[] {
    return Object.entries(provider.options).map(([name, said]) => {
      const [text, hint] = this.own().options[name] ?? [name, said];
      return { name, text, hint };
    });
  }

  protected titleOf(name: string): string {
    return this.own().titles[name] ?? this.providers.value()?.find((each) => each.provider === name)?.title ?? name;
  }

  /** Where the secret is found, and that it may be left out where we can make one. */
  protected secretOf({ provider, secret, made_by }: ShownProvider): string {
    const where = this.own().secretOf[provider] ?? secret;
    return made_by === 'us' ? `${where}. ${this.own().secretHint}` : where;
  }

  protected addressOf(source: ShownSource): string {
    return `${location.origin}${source.path}`;
  }

  protected async add(event: Event): Promise<void> {
    event.preventDefault();
    const provider = this.provider();
    if (provider === null) return;
    const given = new FormData(event.target as HTMLFormElement);
    const options = Object.fromEntries(
      this.optionsOf(provider)
        .map(({ name }) => [name, String(given.get(`option.${name}`) ?? '').trim()])
        .filter(([, value]) => value !== ''),
    ) as Record<string, string>;
    const body = {
      provider: provider.provider,
      name: String(given.get('name')).trim(),
      secret: String(given.get('secret') ?? '').trim() || null,
      options,
    };
    await this.toasting.attempt(async () => this.show(await this.api.invoke(addSource, { body })));
  }

  /** A secret that we make is made at once; one that the provider makes is asked for. */
  protected async renew(source: ShownSource): Promise<void> {
    if (this.providerOf(source)?.made_by === 'them') {
      this.opened.set(null);
      this.renewing.set(source);
      return;
    }
    await this.renewed(source.name, null);
  }

  protected async enter(event: Event, { name }: ShownSource): Promise<void> {
    event.preventDefault();
    const secret = String(new FormData(event.target as HTMLFormElement).get('secret') ?? '').trim();
    if (await this.renewed(name, secret || null)) this.renewing.set(null);
  }

  private renewed(name: string, secret: string | null): Promise<boolean> {
    return this.toasting.attempt(async () => this.show(await this.api.invoke(addSecret, { name, body: { secret } })));
  }

  protected providerOf({ provider }: ShownSource): ShownProvider | null {
    return this.providers.value()?.find((each) => each.provider === provider) ?? null;
  }

  protected remove({ name }: ShownSource): void {
    this.opened.set(null);
    this.removing.remove(name, this.own().removed(name), async () => {
      await this.api.invoke(removeSource, { name });
      this.sources.reload();
    });
  }

  private show(source: ShownSource): void {
    this.opened.set(source);
    this.sources.reload();
  }
}
