/**
 * In the place of react-style-singleton, which writes style elements that keep a page from scrolling
 * behind a dialog: this page does not scroll, and its policy takes styles from files alone.
 */
export const styleSingleton = () => () => null;
