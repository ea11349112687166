import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { MailRecord } from '../../../api/models';
import { Language } from '../../core/language';
import { Toasting } from '../../core/toasting';
import { Listing } from '../../ui/listing';
import { Look, Standing } from '../../ui/standing';
import { nameOf } from './months';
import { Store } from './store';
import { WORDS } from './words';

/** Who gets the report of the chosen stream by mail, and what became of the last ones. */
@Component({
  selector: 'pb-report-mailing',
  imports: [Listing, Standing],
  templateUrl: './mailing.html',
  styleUrl: './parts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Mailing {
  protected readonly store = inject(Store);
  private readonly toasting = inject(Toasting);
  protected readonly language = inject(Language);
  protected readonly own = this.language.of(WORDS);
  protected readonly days = Array.from({ length: 28 }, (_, day) => day + 1);
  private readonly locale = computed(() => (this.language.code() === 'de' ? 'de-DE' : 'en-GB'));
  /** What is set up for the stream that is looked at. */
  protected readonly present = computed(
    () => this.store.mails.value()?.items.find((each) => each.stream === this.store.stream()) ?? null,
  );

  protected doingOf(mail: MailRecord): { look: Look; text: string } {
    const [own, last] = [this.own(), mail.last];
    if (mail.paused) return { look: 'still', text: own.pausedMail };
    if (!last) return { look: 'still', text: own.never };
    const month = nameOf(last.month, this.locale());
    if (last.sent) return { look: 'good', text: own.sent(month) };
    return last.error ? { look: 'bad', text: own.failed(month) } : { look: 'busy', text: own.waiting(month) };
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const recipients = String(given.get('recipients') ?? '')
      .split(/[\s,;]+/)
      .filter((each) => each !== '');
    const done = await this.toasting.attempt(() =>
      this.store.put({
        stream: this.store.stream(),
        recipients,
        day: Number(given.get('day')),
        language: given.get('language') as 'en' | 'de',
        paused: false,
      }),
    );
    if (done) this.toasting.show(this.own().saved);
  }

  protected pause(mail: MailRecord): void {
    void this.toasting.attempt(() => this.store.pause(mail));
  }

  protected async send(mail: MailRecord): Promise<void> {
    if (await this.toasting.attempt(() => this.store.send(mail.number))) this.toasting.show(this.own().asked);
  }

  protected async remove(mail: MailRecord): Promise<void> {
    if (await this.toasting.attempt(() => this.store.remove(mail.number))) {
      const { stream, recipients, day, paused } = mail;
      const back = () => this.store.put({ stream, recipients, day, language: mail.language as 'en', paused });
      this.toasting.show(this.own().removed, () => void this.toasting.attempt(back));
    }
  }
}
