/** Starts the dashboard. */
import { render } from 'preact';
import { listen } from './api/live.ts';
import { Dashboard } from './dashboard.tsx';

const page = document.getElementById('page');
if (page !== null) render(<Dashboard />, page);
void listen();
