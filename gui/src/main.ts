import { bootstrapApplication } from '@angular/platform-browser';
import '@fontsource-variable/inter';
import '@fontsource/barlow-condensed/500.css';
import '@fontsource/barlow-condensed/600.css';
import '@fontsource-variable/jetbrains-mono';

import { App } from './app/app';
import { config } from './app/app.config';

bootstrapApplication(App, config).catch((error: unknown) => console.error(error));
