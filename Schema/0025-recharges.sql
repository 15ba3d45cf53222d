-- PayPal, payments that a provider looks at before the money is there, and wallets that are filled by themselves.

INSERT INTO payment_providers (id, name) VALUES (4, 'paypal');

-- The money is under way.
ALTER TABLE purchases ADD COLUMN validating BOOLEAN NOT NULL DEFAULT FALSE;
