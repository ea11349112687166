import { Injectable, computed, inject } from '@angular/core';

import { Api } from '../../../../api/api';
import {
  addExport,
  changeExport,
  listExportKinds,
  listExportRuns,
  listExports,
  readExportRun,
  removeExport,
  runExport,
} from '../../../../api/functions';
import { ChangedExport, ExportRecord, NewExport } from '../../../../api/models';
import { Filters } from '../../../core/filters';
import { again } from '../../../ui/again';
import { load } from '../../../ui/load';
import { removing } from '../../../ui/removing';

const RUNS = 50;

/** Where its files go, in a word. */
export function placeOf(to: ExportRecord['to']): string {
  const text = (name: string) => String(to[name] ?? '');
  if (to['kind'] === 's3') return `s3://${text('bucket')}/${text('prefix')}`;
  if (to['kind'] === 'sftp') {
    const port = ['', '22'].includes(text('port')) ? '' : `:${text('port')}`;
    return `sftp://${text('user')}@${text('host')}${port}/${text('path').replace(/^\.?\/?/, '')}`;
  }
  return text('path').startsWith('/') ? text('path') : `exports/${text('path')}`;
}

/** Exports, one of them with its runs, one of these with its manifest. What is open stands in the address. */
@Injectable()
export class Store {
  private readonly api = inject(Api);
  private readonly filters = inject(Filters);

  readonly chosen = computed(() => this.filters.all()['export'] ?? null);
  readonly run = computed(() => Number(this.filters.all()['run']) || null);

  readonly kinds = load(() => this.api.invoke(listExportKinds));
  readonly all = load(() => this.api.invoke(listExports));
  private readonly removing = removing(this.all);
  readonly list = this.removing.list;
  readonly export = computed(() => this.list.value()?.items.find((each) => each.name === this.chosen()) ?? null);
  readonly runs = load(() => {
    const name = this.chosen();
    return name === null ? null : this.api.invoke(listExportRuns, { name, limit: RUNS });
  });
  readonly manifest = load(() => {
    const name = this.chosen();
    const run = this.run();
    return name === null || run === null ? null : this.api.invoke(readExportRun, { name, run });
  });

  constructor() {
    again(() => this.refresh());
  }

  refresh(): void {
    this.all.reload();
    if (this.chosen() !== null) this.runs.reload();
  }

  add(body: NewExport): Promise<ExportRecord> {
    return this.changed(this.api.invoke(addExport, { body }));
  }

  change(name: string, body: ChangedExport): Promise<ExportRecord> {
    return this.changed(this.api.invoke(changeExport, { name, body }));
  }

  runNow(name: string): Promise<ExportRecord> {
    return this.changed(this.api.invoke(runExport, { name }));
  }

  remove(name: string, text: string): void {
    this.removing.remove(name, text, () => this.changed(this.api.invoke(removeExport, { name })));
  }

  private async changed<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    this.refresh();
    return done;
  }
}
