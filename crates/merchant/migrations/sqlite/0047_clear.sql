-- What names a person and still lies in the clear, from before it was sealed: the program seals it when it starts.
CREATE INDEX payments_in_the_clear ON payments (id) WHERE payer IS NOT NULL OR return_url IS NOT NULL OR client_ip IS NOT NULL;
CREATE INDEX links_in_the_clear ON payments (id) WHERE surface = 'app' AND payload LIKE 'http%';
CREATE INDEX orders_in_the_clear ON orders (id) WHERE follower IS NOT NULL;
CREATE INDEX refunds_in_the_clear ON refunds (id) WHERE reason <> '';
CREATE INDEX notifications_in_the_clear ON notifications (provider, id) WHERE length(body) > 0;
