import { Injectable, computed, inject, signal } from '@angular/core';

import { Api } from '../../../api/api';
import {
  addReportLink,
  listReportLinks,
  listReportMails,
  monthReport,
  overview,
  putReportMail,
  removeReportMail,
  revokeReportLink,
  sendReportMail,
} from '../../../api/functions';
import { LinkRecord, MailRecord, NewLink, WantedMail } from '../../../api/models';
import { Filters } from '../../core/filters';
import { Session } from '../../core/session';
import { again } from '../../ui/again';
import { load } from '../../ui/load';
import { isMonth, monthAt, shifted } from './months';

const MONTHS = 25;

/** A month's report, the links to reports, and who gets them by mail. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);
  private readonly session = inject(Session);
  readonly today = monthAt(Date.now());

  readonly month = computed(() => {
    const given = this.filters.all()['month'];
    return isMonth(given) && given <= this.today ? given : shifted(this.today, -1);
  });
  readonly stream = computed(() => this.filters.value().stream);
  readonly panel = computed(() => this.filters.all()['panel'] ?? null);
  readonly canShare = computed(() => this.session.may('edit'));
  readonly canMail = computed(() => this.session.may('admin'));

  readonly report = load(() => this.api.invoke(monthReport, { month: this.month(), stream: this.stream() }));
  private readonly seen = load(() =>
    this.api.invoke(overview, { since: `${shifted(this.month(), -1)}-01`, until: `${shifted(this.month(), 1)}-01` }),
  );
  /** The kinds of mail that there were, and the one that is looked at. */
  readonly streams = computed(() => {
    const names = (this.seen.value()?.streams ?? []).map((each) => each.stream).filter((name) => name !== null);
    const chosen = this.stream();
    return [...new Set([...names, ...(chosen === null ? [] : [chosen])])].sort();
  });
  /** Months that can be chosen, the newest first. */
  readonly months = computed(() => {
    const all = Array.from({ length: MONTHS }, (_, back) => shifted(this.today, -back));
    return all.includes(this.month()) ? all : [...all, this.month()];
  });
  readonly isNewest = computed(() => this.month() === this.today);

  readonly links = load(() => (this.panel() === 'link' && this.canShare() ? this.api.invoke(listReportLinks) : null));
  readonly mails = load(() => (this.panel() === 'mail' && this.canMail() ? this.api.invoke(listReportMails) : null));
  /** The link that was made now, with its address. */
  readonly made = signal<LinkRecord | null>(null);

  constructor() {
    again(() => this.panel() === 'mail' && this.mails.reload());
  }

  show(month: string): void {
    this.made.set(null);
    this.filters.set({ month });
  }

  only(stream: string): void {
    this.made.set(null);
    this.filters.set({ stream: stream || null });
  }

  open(panel: 'link' | 'mail' | null): void {
    this.made.set(null);
    this.filters.set({ panel });
  }

  async link(body: NewLink): Promise<void> {
    this.made.set(await this.api.invoke(addReportLink, { body }));
    this.links.reload();
  }

  async revoke(number: number): Promise<void> {
    await this.api.invoke(revokeReportLink, { number });
    if (this.made()?.number === number) this.made.set(null);
    this.links.reload();
  }

  async put(body: WantedMail): Promise<void> {
    await this.api.invoke(putReportMail, { body });
    this.mails.reload();
  }

  async pause(mail: MailRecord): Promise<void> {
    const { stream, recipients, day, paused } = mail;
    await this.put({ stream, recipients, day, language: mail.language as 'en' | 'de', paused: !paused });
  }

  async send(number: number): Promise<void> {
    await this.api.invoke(sendReportMail, { number, body: {} });
    this.mails.reload();
  }

  async remove(number: number): Promise<void> {
    await this.api.invoke(removeReportMail, { number });
    this.mails.reload();
  }
}
