import { z } from 'zod';
import {
  ambiguousKeyword,
  english,
  keywordMaxCharacters,
  optOutTypes,
  type OptOutLanguage,
} from './keywords.ts';

const languagesMax = 50;
const keywordsMax = 50;
/** https://www.twilio.com/docs/messaging/api/message-resource, Body */
const replyMaxCharacters = 1600;

const words = () =>
  z.strictObject({
    keywords: z.array(z.string().trim().min(1).max(keywordMaxCharacters)).max(keywordsMax).default([]),
    reply: z.string().max(replyMaxCharacters).default(''),
  });

const language = () =>
  z
    .strictObject({
      language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language is such as en or fr-CA'),
      country: z
        .string()
        .regex(/^([A-Z]{2})?$/, 'a country is two capital letters')
        .default(''),
      stop: words(),
      start: words(),
      help: words(),
    })
    .transform(({ language, country, stop, start, help }): OptOutLanguage => ({
      language,
      country,
      keywords: { STOP: stop.keywords, START: start.keywords, HELP: help.keywords },
      replies: { STOP: stop.reply, START: start.reply, HELP: help.reply },
    }));

/** Keywords and replies by language: `messages.optOut` of the configuration, and what a Messaging Service has of its own. */
export const optOutPart = () =>
  z
    .array(language())
    .min(1)
    .max(languagesMax)
    .transform((languages, context): readonly OptOutLanguage[] => {
      const keyword = ambiguousKeyword(languages);
      if (keyword !== undefined) {
        const message = `${keyword} would mean two things; ${optOutTypes.join(', ')} mean what they say`;
        context.addIssue({ code: 'custom', message });
      }
      return languages;
    });

/** A file of `strowger service optout`. */
export const optOutFile = () => z.strictObject({ optOut: optOutPart() });

/** A language in the words of the configuration. */
export function optOutEntry({ language, country, keywords, replies }: OptOutLanguage) {
  const entry = (type: (typeof optOutTypes)[number]) => ({
    keywords: [...keywords[type]],
    reply: replies[type],
  });
  return { language, country, stop: entry('STOP'), start: entry('START'), help: entry('HELP') };
}

export const defaultOptOut: readonly OptOutLanguage[] = [english];
