// All words of the panel. A language is one file beside this one; a test sees to it that none lacks a text.

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type en from './en.json';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

const KEPT = 'kith-language';

export function isLanguage(value: string | null | undefined): value is Language {
  return value !== null && value !== undefined && value in LANGUAGES;
}

/** The user's choice, else the browser's. */
function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (isLanguage(kept)) return kept;
  return navigator.languages.map((one) => one.slice(0, 2)).find(isLanguage) ?? 'en';
}

/** Only the language that is needed is loaded; that none lacks a text is tested. */
const FILES = { en: () => import('./en.json'), de: () => import('./de.json') } as const;

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  i18next.addResourceBundle(language, 'translation', (await FILES[language]()).default);
}

export async function openTexts(): Promise<void> {
  const language = firstLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: {},
    // React escapes.
    interpolation: { escapeValue: false },
  });
  await load(language);
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT, language);
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
