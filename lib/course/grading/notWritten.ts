const opening = "not written yet: ";

/** What a grader says where the learner has not begun: not a mistake, and shown as none. `what` is what is still missing. */
export const notWritten = (what: string): string => `${opening}${what}`;

/** Whether a case's message says that. */
export const isNotWritten = (message: string | undefined): boolean => message?.startsWith(opening) ?? false;
