/** What people read in Slack beside the cards. */
export const slackWords = {
  choose: 'Choose',
  yes: 'Yes',
  no: 'No',
  close: 'Close',
  cancel: 'Cancel',
  typeToSearch: 'Type to search',
  notAMember:
    'Drover takes orders from full members of this workspace only; guests and people of other workspaces are not among them. Ask a member to do it. Nothing was done.',
  formIsOld:
    'This button is from an older card and opens nothing any more. Give the command again.',
  formTooLate: 'The form could not be opened in time. Click again. Nothing was done.',
  help: 'Ask for, approve and watch changes to virtual machines',
  usageHint: 'vm list · vm create web-07 · help',
  about: 'Changes to virtual machines, agreed by the right people',
} as const;
