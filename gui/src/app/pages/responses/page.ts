import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Language } from '../../core/language';
import { Fault } from '../../ui/fault';
import { Icon } from '../../ui/icon';
import { Rows } from '../../ui/rows';
import { State } from '../../ui/state';
import { TemplateText } from '../../ui/template-text';
import { ResponseDetail } from './detail';
import { ResponseFacets } from './facets';
import { ResponsesStore } from './store';

/** What was answered, searched and narrowed down; one of them opens at the side. */
@Component({
  selector: 'pb-responses',
  imports: [Fault, Icon, ResponseDetail, ResponseFacets, Rows, State, TemplateText],
  providers: [ResponsesStore],
  templateUrl: './page.html',
  styleUrl: './page.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Page {
  protected readonly store = inject(ResponsesStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  protected search(event: Event, text: string): void {
    event.preventDefault();
    this.store.narrow('q', text.trim() || null);
  }

  protected count(): string {
    const shown = this.language.number(this.store.items().length);
    return this.store.hasMore() ? this.words().responses.countAtLeast(shown) : this.words().responses.count(shown);
  }
}
