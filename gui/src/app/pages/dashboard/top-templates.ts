import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';

import { FrequentTemplate } from '../../../api/models';
import { Language } from '../../core/language';
import { Fault } from '../../ui/fault';
import { Figure, Table } from '../../ui/figure';
import { Rows } from '../../ui/rows';
import { Spark } from '../../ui/spark';
import { State } from '../../ui/state';
import { TemplateText } from '../../ui/template-text';
import { DashboardStore } from './store';

/** What was answered most. */
@Component({
  selector: 'pb-top-templates',
  imports: [Fault, Figure, RouterLink, Rows, Spark, State, TemplateText],
  templateUrl: './top-templates.html',
  styleUrl: './lists.scss',
  host: { class: 'short' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TopTemplates {
  protected readonly store = inject(DashboardStore);
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;

  protected providers(template: FrequentTemplate): string {
    const names = template.providers.map((each) => each.provider ?? this.words().dashboard.noProvider);
    return names.length > 2 ? `${names.slice(0, 2).join(', ')} +${names.length - 2}` : names.join(', ');
  }

  protected readonly table = computed<Table>(() => {
    const { dashboard: words, responses, categories } = this.words();
    return {
      columns: [responses.text, words.category, words.count, words.beforeShort],
      rows: (this.store.templates.value() ?? []).map((each) => [
        each.text,
        categories[each.category] ?? each.category,
        each.count,
        each.before,
      ]),
    };
  });
}
