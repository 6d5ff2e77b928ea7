/** Whether a page is shown because somebody moved within the app. The first page leaves the focus where the browser put it. */
let moved = false;

export const noteNavigation = (): void => {
  moved = true;
};

export const hasNavigated = (): boolean => moved;
