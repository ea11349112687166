import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import { addToken } from '../../../api/functions';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Copied } from '../../ui/copied';
import { WORDS } from './words';

/** The address for events, a token that brings in and nothing else, and a test event. */
@Component({
  selector: 'pb-over-http',
  imports: [Copied],
  template: `<p class="prose">{{ own().httpIntro }}</p>
    <h3>{{ own().address }}</h3>
    <pb-copied [text]="address" [label]="own().address" />
    @if (token(); as made) {
      <h3>{{ own().token }}</h3>
      <pb-copied [text]="made" [label]="own().token" />
    } @else {
      <button class="button primary" type="button" (click)="make()">{{ own().makeToken }}</button>
    }
    <h3>{{ own().test }}</h3>
    <pb-copied [text]="test()" [label]="own().test" />
    <p class="quiet">{{ own().testHint('prellbock erase test@example.com') }}</p>`,
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OverHttp {
  private readonly api = inject(Api);
  private readonly toasting = inject(Toasting);
  protected readonly own = inject(Language).of(WORDS);
  protected readonly address = `${location.origin}/v1/events`;
  protected readonly token = signal<string | null>(null);
  protected readonly test = computed(() => {
    const event = JSON.stringify({
      time: new Date().toISOString(),
      recipient: 'test@example.com',
      outcome: 'bounced',
      response: '550 5.1.1 User unknown',
    });
    return `curl -H "Authorization: Bearer ${this.token() ?? 'TOKEN'}" ${this.address} -d '${event}'`;
  });

  protected make(): void {
    const name = `first steps ${new Date().toISOString().slice(0, 16)}`;
    void this.toasting.attempt(async () => {
      const made = await this.api.invoke(addToken, { body: { name, scopes: ['ingest'] } });
      this.token.set(made.token ?? null);
    });
  }
}
