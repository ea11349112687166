import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { DryRun } from '../../../../api/models';
import { Language } from '../../../core/language';
import { Figure, Table } from '../../../ui/figure';
import { WORDS } from './words';

/** What a run would do, told before anything is sent: the counts, and a sample of the changes. */
@Component({
  selector: 'pb-sync-changes',
  imports: [Figure],
  templateUrl: './changes.html',
  styleUrl: '../details.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Changes {
  readonly of = input.required<DryRun>();
  protected readonly language = inject(Language);
  protected readonly words = this.language.words;
  protected readonly own = this.language.of(WORDS);
  protected readonly sums = computed(() =>
    Object.entries(this.own().sums)
      .map(([name, text]) => ({ name, text, count: this.of().counts[name as keyof DryRun['counts']] ?? 0 }))
      .filter((each) => each.count > 0),
  );
  /** Changes that are counted and not shown. */
  protected readonly isCut = computed(() => {
    const { in_add, out_add, out_remove, impossible } = this.of().counts;
    return in_add + out_add + out_remove + impossible > this.of().items.length;
  });
  protected readonly table = computed<Table>(() => {
    const own = this.own();
    return {
      columns: [own.address, own.where, own.what, own.list, own.why],
      rows: this.of().items.map((each) => [
        each.address,
        own.wheres[each.direction] ?? each.direction,
        own.actions[each.action] ?? each.action,
        each.list,
        own.reasons[each.reason] ?? each.reason,
      ]),
    };
  });
}
