MODEL (
  name core.quoted,
  kind FULL
);

SELECT "account_id" AS "Account", EMAIL, Stg.Accounts.Kind FROM Stg.ACCOUNTS
