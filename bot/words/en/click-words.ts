/** What is said to whoever clicks a second time. */
export const CLICK_WORDS = {
  asked: (number: string) => `${number} was asked for already`,
  askAgain:
    'That button was clicked before, and this came of it. Nothing was done now; to ask once more, give the command again.',
};
