import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Api } from '../../../api/api';
import { addSecret, addSource, listProviders, listSources, removeSource } from '../../../api/functions';
import { ShownProvider, ShownSource } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { Listing, paged } from '../../ui/listing';
import { load } from '../../ui/load';
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
  protected readonly own = this.language.of(WORDS);
  protected readonly providers = load(() => this.api.invoke(listProviders));
  protected readonly sources = load(() => this.api.invoke(listSources));
  protected readonly page = paged(this.sources);
  protected readonly chosen = signal<string | null>(null);
  protected readonly provider = computed(() => {
    const known = this.providers.value() ?? [];
    return known.find((each) => each.provider === this.chosen()) ?? known[0] ?? null;
  });
  /** Whose steps are shown; a secret only right after it was made. */
  protected readonly opened = signal<ShownSource | null>(null);

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
  protected secretOf({ provider, secret }: ShownProvider): string {
    const where = this.own().secretOf[provider] ?? secret;
    return secret.startsWith('none:') ? where : `${where}. ${this.own().secretHint}`;
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

  protected async renew({ name }: ShownSource): Promise<void> {
    await this.toasting.attempt(async () => this.show(await this.api.invoke(addSecret, { name, body: {} })));
  }

  protected async remove({ name }: ShownSource): Promise<void> {
    if (await this.toasting.attempt(() => this.api.invoke(removeSource, { name }))) {
      this.toasting.show(this.own().removed(name));
      this.opened.set(null);
      this.sources.reload();
    }
  }

  private show(source: ShownSource): void {
    this.opened.set(source);
    this.sources.reload();
  }
}
