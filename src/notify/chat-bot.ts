// A bot in a messenger as the rest of Kith sees it: what it shows, and what it hears. Words and ports; imports nothing but those.

export interface BotButton {
  readonly label: string;
  /** What is told when it is pressed; null: it opens `url`, or does nothing more. */
  readonly press: { readonly id: string; readonly value: string; readonly asksForName: boolean } | null;
  readonly url?: string;
  readonly style?: 'primary' | 'danger';
}

/** Plain text everywhere: the messenger's own markup is made harmless where it is shown. */
export interface BotCard {
  readonly title: string;
  readonly lines: readonly string[];
  readonly rows: readonly (readonly BotButton[])[];
}

export interface BotPicture {
  /** JPEG; null where it was erased, or is not needed. */
  readonly bytes: Uint8Array | null;
  /** For messengers that fetch it themselves; null: nobody outside can. */
  readonly url: string | null;
  /** For those who cannot see it. */
  readonly alt: string;
}

/** A message that was sent, as JSON. */
export interface Place {
  readonly threadId: string;
  readonly messageId: string;
  /** By which of these an answer may say what it is about. */
  readonly keys: readonly string[];
  readonly hasPicture: boolean;
}

export interface Who {
  readonly chatId: string;
  readonly name: string;
}

/** Somebody wrote something that the bot can read. */
export interface Heard {
  readonly id: string;
  readonly who: Who;
  /** Of the chat. */
  readonly roomId: string;
  /** Keys of the message that it answers; empty: of none. */
  readonly about: readonly string[];
  /** Said to the bot: directly, with its name, as a command, or under a message of its own. */
  readonly toMe: boolean;
  /** Without the bot's name. */
  readonly text: string;
  /** The first picture that came along. Throws what the messenger has against it. */
  readonly image: () => Promise<Uint8Array | null>;
  readonly reply: (text: string, pictures?: readonly Uint8Array[]) => Promise<void>;
}

/** Somebody pressed a button. */
export interface Pressed {
  /** Of this press; null where the messenger says none. */
  readonly id: string | null;
  readonly who: Who;
  readonly roomId: string;
  readonly press: { readonly id: string; readonly value: string };
  /** Opens a form with one field; false: the messenger has none. */
  readonly ask: (form: { readonly id: string; readonly title: string; readonly label: string }) => Promise<boolean>;
  /** To her alone where the messenger can. */
  readonly reply: (text: string) => Promise<void>;
}

/** Somebody has filled in a form. */
export interface Filled {
  readonly id: string;
  readonly who: Who;
  readonly form: string;
  readonly text: string;
}

/** None of them throws. */
export interface Ears {
  heard(heard: Heard): Promise<void>;
  pressed(pressed: Pressed): Promise<void>;
  /** Answers what is wrong with it, null: nothing. */
  filled(filled: Filled): Promise<string | null>;
}

export interface Bot {
  /** Throws what the messenger has against it, as its library says it. */
  post(card: BotCard, picture: BotPicture): Promise<Place>;
  change(place: Place, card: BotCard, picture: BotPicture): Promise<void>;
  /** A request that the messenger has sent, as it came: verified and handled. */
  receive(request: Request): Promise<Response>;
  /** What fetches by itself ends; what is being handled is waited for. */
  close(): Promise<void>;
}
