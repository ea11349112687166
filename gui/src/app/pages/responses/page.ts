import { ChangeDetectionStrategy, Component } from '@angular/core';

@Component({ selector: 'pb-responses', template: '', changeDetection: ChangeDetectionStrategy.OnPush })
export class Page {}
